-- Stamps by the cup: only whole groups of `cups` count, on the lines that the rule lets through.
return accrue.outcome {
  title = "{stamps|stamp|stamps} for every {cups|cup|cups} into {account}",
  variables = {
    stamps = accrue.var.points { min = 1 },
    cups = accrue.var.integer { min = 1 },
    account = accrue.var.account(),
    source = accrue.var.source(),
  },
  behaviors = { "purchase" },
  effects = function(purchase, vars)
    local poured = purchase:sum("context.cups")
    local groups = poured // vars.cups
    return { accrue.effect.award { account = vars.account, source = vars.source, points = groups * vars.stamps } }
  end,
  examples = {
    { vars = { stamps = 1, cups = 2, account = "stamps", source = "counter" }, sentence = "1 stamp for every 2 cups into stamps" },
  },
}
