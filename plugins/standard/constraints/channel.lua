local choose = require "choose"

return accrue.constraint {
  title      = "[through {include}][, not through {exclude}]",
  conditions = { "purchase", "past_purchases", "event", "past_events" },
  variables  = {
    include = accrue.var.set { of = "channel", optional = true },
    exclude = accrue.var.set { of = "channel", optional = true },
  },
  check      = function(vars) choose.check("channel", vars) end,
  accepts    = function(fact, vars) return choose.accepts(choose.field(fact, "channel"), vars) end,
  examples   = { { vars = { include = { "pos" } }, sentence = "through pos" } },
}
