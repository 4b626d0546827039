-- The oldest points first; what is not a whole point stays with the member (domain P10).
return accrue.outcome {
  title     = "{percent} of the points in {account} expire",
  variables = {
    percent = accrue.var.percent { default = 100, min = "0.01", max = 100 },
    account = accrue.var.account(),
  },
  effects   = function(_, vars) return { accrue.effect.expire { account = vars.account, percent = vars.percent } } end,
  examples  = { { vars = { percent = "50", account = "points" }, sentence = "50% of the points in points expire" } },
}
