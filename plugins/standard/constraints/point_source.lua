return accrue.constraint {
  title      = "from source {sources}",
  conditions = { "past_points", "points" },
  variables  = { sources = accrue.var.set { of = "source" } },
  accepts    = function(movement, vars) return vars.sources[movement.point_source] end,
  examples   = { { vars = { sources = { "base" } }, sentence = "from source base" } },
}
