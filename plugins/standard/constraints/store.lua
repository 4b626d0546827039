local choose = require "choose"

return accrue.constraint {
  title      = "[at stores {include}][, not at stores {exclude}]",
  conditions = { "purchase", "past_purchases", "event", "past_events" },
  variables  = {
    include = accrue.var.set { of = "store", optional = true, help = "names, or { groups, stores }" },
    exclude = accrue.var.set { of = "store", optional = true, help = "names, or { groups, stores }" },
  },
  check      = function(vars) choose.check("store", vars) end,
  accepts    = function(fact, vars) return choose.accepts(choose.field(fact, "store"), vars) end,
  examples   = { { vars = { exclude = { "S9" } }, sentence = "not at stores S9" } },
}
