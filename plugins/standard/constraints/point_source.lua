return accrue.constraint {
  title      = "Point source is one of {sources}",
  conditions = "past_points",
  variables  = { sources = accrue.var.set { of = "source" } },
  accepts    = function(movement, vars) return vars.sources[movement.point_source] end,
  examples   = { { vars = { sources = { "base" } }, sentence = "Point source is one of base" } },
}
