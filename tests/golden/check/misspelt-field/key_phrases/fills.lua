return accrue.key_phrase {
  title      = "Fills of {count}",
  conditions = "purchase",
  varables   = { count = accrue.var.integer() },
  value      = function(purchase) return purchase:count(function() return true end) end,
}
