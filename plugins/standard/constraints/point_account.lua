return accrue.constraint {
  title      = "in account {accounts}",
  conditions = { "past_points", "total_points", "points" },
  variables  = { accounts = accrue.var.set { of = "account" } },
  accepts    = function(fact, vars) return vars.accounts[fact.account] end,
  examples   = { { vars = { accounts = { "points" } }, sentence = "in account points" } },
}
