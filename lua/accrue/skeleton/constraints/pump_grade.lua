-- Narrows what a condition looks at, and what outcomes pay for: here the lines of a purchase.
return accrue.constraint {
  title        = "of grade {grades}",
  conditions   = { "purchase", "past_purchases" },
  variables    = { grades = accrue.var.set { of = "text" } },
  accepts_item = function(item, vars) return vars.grades[item.context.grade] end, -- a set answers true or false, for nil too
  examples     = { { vars = { grades = { "diesel" } }, sentence = "of grade diesel" } },
}
