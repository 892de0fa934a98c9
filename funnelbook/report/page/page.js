"use strict";
(() => {
  const INK = "#1f2d3d";
  const LINE = "#d5dce4";
  // Three colours that the colour-blind tell apart, and in grey too; lines differ in dash and point besides.
  const COLOURS = { blue: "#2f6db5", orange: "#d9822b", green: "#3c9a8f" };
  const DASHES = [[], [6, 4], [2, 3]];
  const POINTS = ["circle", "rect", "triangle"];
  const BAR = 30; // px for each bar and its gap
  const FRAME = 46; // px of title and axis

  // The value at the end of each bar, as the tables have it.
  const values = {
    id: "values",
    afterDatasetsDraw(chart, _, options) {
      const { ctx, chartArea } = chart;
      const lying = chart.options.indexAxis === "y";
      ctx.save();
      ctx.fillStyle = INK;
      ctx.font = "12px " + Chart.defaults.font.family;
      ctx.textBaseline = lying ? "middle" : "bottom";
      chart.getDatasetMeta(0).data.forEach((bar, i) => {
        if (chart.data.datasets[0].data[i] === null) return;
        const text = options.texts[i];
        ctx.textAlign = lying ? "left" : "center";
        if (lying) ctx.fillText(text, Math.min(bar.x + 4, chartArea.right + 2), bar.y);
        else ctx.fillText(text, bar.x, bar.y - 2);
      });
      ctx.restore();
    },
  };

  // As long as a dozen Chinese signs, each of which is as wide as two others.
  function short(text) {
    let width = 0;
    for (let i = 0; i < text.length; i++) {
      width += text.charCodeAt(i) > 0x2e7f ? 2 : 1;
      if (width > 24) return text.slice(0, i - 1) + "…";
    }
    return text;
  }

  const ticks = (one) => ({
    percent: { callback: (value) => Math.round(value * 100) + "%" },
    count: { precision: 0 },
    days: {},
  })[one.unit];

  function bars(one) {
    const lying = one.kind === "bar";
    const scale = { beginAtZero: true, grid: { color: LINE }, ticks: { maxTicksLimit: 6, ...ticks(one) } };
    const names = { grid: { display: false }, ticks: { autoSkip: false, callback(value) { return short(this.getLabelForValue(value)); } } };
    if (one.unit === "percent") scale.suggestedMax = 0.1;
    return {
      type: "bar",
      data: {
        labels: one.labels,
        datasets: one.series.map((s) => ({
          label: s.name, data: s.values, backgroundColor: COLOURS[one.colour], maxBarThickness: lying ? 22 : 40,
        })),
      },
      options: {
        indexAxis: lying ? "y" : "x",
        layout: { padding: lying ? { right: 52 } : { top: 4 } },
        scales: lying ? { x: scale, y: names } : { x: names, y: { ...scale, grace: "8%" } },
        plugins: { legend: { display: false }, values: { texts: one.series[0].texts } },
      },
      plugins: [values],
    };
  }

  function lines(one) {
    const colours = Object.values(COLOURS);
    return {
      type: "line",
      data: {
        labels: one.labels,
        datasets: one.series.map((s, i) => ({
          label: s.name, data: s.values, borderColor: colours[i], backgroundColor: colours[i], borderWidth: 2,
          borderDash: DASHES[i], pointStyle: POINTS[i], pointRadius: 4,
        })),
      },
      options: {
        interaction: { mode: "index", intersect: false },
        scales: {
          x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 8 } },
          y: { beginAtZero: true, grid: { color: LINE }, ticks: ticks(one) },
        },
        plugins: { legend: { position: "bottom", labels: { usePointStyle: true } } },
      },
    };
  }

  function draw(one) {
    const canvas = document.getElementById(one.id);
    const heights = { bar: one.labels.length * BAR + FRAME, column: 220, line: innerWidth > 760 && one.labels.length > 8 ? 380 : 260 };
    canvas.parentNode.style.height = heights[one.kind] + "px";
    const { options, ...rest } = one.kind === "line" ? lines(one) : bars(one);
    const title = { display: true, text: one.title, align: "start", color: INK, font: { size: 13 } };
    const tooltip = { callbacks: { label: (item) => item.dataset.label + " " + one.series[item.datasetIndex].texts[item.dataIndex] } };
    return new Chart(canvas, {
      ...rest,
      options: {
        ...options, animation: false, maintainAspectRatio: false, devicePixelRatio: Math.max(2, window.devicePixelRatio),
        plugins: { ...options.plugins, title, tooltip },
      },
    });
  }

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.color = INK;
  const charts = JSON.parse(document.getElementById("charts").textContent).map(draw);

  // Half of A4 between its margins; a canvas doesn't follow the layout of the paper by itself.
  addEventListener("beforeprint", () => charts.forEach((chart) => chart.resize(330, chart.height)));
  addEventListener("afterprint", () => charts.forEach((chart) => chart.resize()));
})();
