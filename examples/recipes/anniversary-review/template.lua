-- A yearly review at the anniversary of joining, with 90 days of grace, by the standard template alone.
return { name = "anniversary-review", version = "1.0.0", api = 1 }
