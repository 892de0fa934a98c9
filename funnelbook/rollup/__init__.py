"""Many teams' workbooks as one: a task each on an existing engine, the answers as Parquet, the group's summary from there."""
