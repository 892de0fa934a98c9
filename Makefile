# make check is what CI runs. Every target works alone on a fresh clone; only Python 3.11 or newer with venv and pip is needed.
# Another Python: make PYTHON=python3.12 test. Another environment: make VENV=/tmp/venv test.
PYTHON ?= python3
VENV ?= .venv
AS_OF ?= 2024-06-20
SIZES ?= S M
KILLS ?= 200
PAIRS ?= 100
COUNT ?= 20000
SEED ?= 1
NAME ?= team refreshed

BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := build/demo/02-team.xlsx

.PHONY: help compiled demo test check samples templates pictures bench bench-rollup faults fuzz sweep clean

help:
	@echo "make demo       refresh a copy of a sample workbook in build/demo"
	@echo "make test       run the tests but the thorough ones, in under five minutes"
	@echo "make check      format, lint, types, all tests: what CI runs"
	@echo "make samples    write samples/*.xlsx anew"
	@echo "make templates  write templates/*.xlsx anew"
	@echo "make pictures   draw docs/samples.md anew (needs LibreOffice and Poppler)"
	@echo "make bench      measure the speed (SIZES=\"S M L XL\")"
	@echo "make bench-rollup  measure the roll-up of many workbooks"
	@echo "make faults     kill refreshes, fill disks, race them: nothing may be lost (KILLS=200 PAIRS=100)"
	@echo "make fuzz       edit broken workbooks: without loss, or refused (COUNT=20000 SEED=1)"
	@echo "make sweep      break one workbook in every way at every kind of place (NAME=\"team refreshed\")"
	@echo "make clean      remove build and the environment $(VENV)"

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "funnelbook needs Python 3.11 or newer; $(PYTHON) is older or missing (make PYTHON=python3.12 ...)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# As pip leaves an installed package; many processes begin by importing it, and not every machine lets Python write this by itself.
compiled: $(STAMP)
	@$(BIN)/python -m compileall -q funnelbook

demo: compiled
	@rm -rf build/demo
	@mkdir -p build/demo
	cp samples/02-team.xlsx $(DEMO)
	$(BIN)/funnelbook refresh $(DEMO) --as-of $(AS_OF)
	@echo "The refreshed workbook is $(DEMO); the one it was made from is samples/02-team.xlsx."

test: compiled
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not thorough"

check: compiled
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadfile

samples: $(STAMP)
	$(BIN)/python samples/make.py

templates: $(STAMP)
	@mkdir -p templates
	rm -f templates/*.xlsx
	$(BIN)/funnelbook new templates/lead_template.xlsx
	$(BIN)/funnelbook new templates/lead_template_en.xlsx --lang en
	for profile in registry lifecycle tiering; do \
		$(BIN)/funnelbook new templates/$${profile}_template.xlsx --profile $$profile; \
		$(BIN)/funnelbook new templates/$${profile}_template_en.xlsx --profile $$profile --lang en; \
	done

pictures: $(STAMP)
	$(BIN)/python samples/pictures.py

bench: compiled
	$(BIN)/python benchmarks/run.py $(SIZES)

bench-rollup: compiled
	$(BIN)/python benchmarks/rollup.py

faults: compiled
	$(BIN)/python benchmarks/faults.py --kills $(KILLS) --pairs $(PAIRS)

fuzz: compiled
	$(BIN)/python benchmarks/fuzz.py --count $(COUNT) --seed $(SEED)

sweep: compiled
	$(BIN)/python benchmarks/fuzz.py --sweep "$(NAME)"

clean:
	rm -rf build $(VENV)
