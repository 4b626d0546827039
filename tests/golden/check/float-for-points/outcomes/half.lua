return accrue.outcome {
  title     = "Half a point for each {amount} into {account} from {source}",
  variables = { amount = accrue.var.money { min = "0.01" }, account = accrue.var.account(), source = accrue.var.source() },
  effects   = function(purchase, vars)
    return { accrue.effect.award { account = vars.account, source = vars.source, points = purchase.amount / vars.amount } }
  end,
}
