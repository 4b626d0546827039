return accrue.constraint {
  title      = "Point account is one of {accounts}",
  conditions = { "past_points", "total_points" },
  variables  = { accounts = accrue.var.set { of = "account" } },
  accepts    = function(fact, vars) return vars.accounts[fact.account] end,
  examples   = { { vars = { accounts = { "points" } }, sentence = "Point account is one of points" } },
}
