-- What a rule gives when it holds: a list of accrue.effect.*, which the core checks and posts. Integers in smallest units throughout.
return accrue.outcome {
  title     = "{points|point|points} for each line into {account} from {source}",
  variables = {
    points  = accrue.var.points { min = 1 },
    account = accrue.var.account(),
    source  = accrue.var.source(),
  },
  effects   = function(event, vars)
    local lines = event.type == "purchase" and event:count(function() return true end) or 1
    return { accrue.effect.award { account = vars.account, source = vars.source, points = lines * vars.points } }
  end,
  examples  = {
    { vars = { points = 2, account = "points", source = "promo" }, sentence = "2 points for each line into points from promo" },
  },
}
