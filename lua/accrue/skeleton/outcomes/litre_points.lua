-- Proposes effects; the core checks and posts them. Numbers are integers in smallest units: divide with accrue.scale alone.
local litres = require "litres"

return accrue.outcome {
  title     = "{points|point|points} per {litres} litres into {account} from {source}",
  variables = {
    points  = accrue.var.points { min = 1 },
    litres  = accrue.var.decimal { scale = 2, min = "0.01" },
    account = accrue.var.account(),
    source  = accrue.var.source(),
  },
  behaviors = { "purchase" }, -- where it may stand
  effects   = function(purchase, vars)
    local points = accrue.scale(litres.of(purchase), vars.points, vars.litres, "down")
    return { accrue.effect.award { account = vars.account, source = vars.source, points = points } }
  end,
  examples  = {
    { vars = { points = 1, litres = "10.00", account = "points", source = "promo" },
      sentence = "1 point per 10.00 litres into points from promo" },
  },
}
