-- Units are cut to `precision`, multiplied by the rate, then rounded, once for the whole of what counts (domain P1 to P6).
local measure = require "measure"

local own = { spend = true, items = true }

-- What accrue.points_per gave, as an effect; nothing when there is nothing to give.
local function movement(points, vars)
  if vars.max and points > vars.max then points = vars.max end
  if vars.max and points < -vars.max then points = -vars.max end
  if points == 0 then return {} end
  if points < 0 then return { accrue.effect.deduct { account = vars.account, points = -points } } end
  return { accrue.effect.award { account = vars.account, source = vars.source, points = points } }
end

return accrue.outcome {
  title     = "{points|point|points} per {per} of {unit}[ from {hurdle} on][ up to {max}] into {account} from {source}",
  variables = {
    points    = accrue.var.decimal { scale = 6, help = "negative deducts" },
    per       = accrue.var.decimal { scale = 6, min = "0.000001" },
    unit      = accrue.var.text { default = "spend", help = "spend, items, or a context field summed over the lines that count" },
    decimals  = accrue.var.integer { optional = true, min = 0, max = 6, help = "of the context field, as declared" },
    hurdle    = accrue.var.decimal { scale = 6, optional = true, min = "0", help = "below it nothing, from it on the whole" },
    precision = accrue.var.integer { optional = true, min = 0, max = 6, help = "decimals of the units; 2 for spend, else 0" },
    rounding  = accrue.var.choice { of = { "down", "half_up", "up" }, default = "down" },
    max       = accrue.var.points { optional = true, min = 1, help = "at most so many, or so many less" },
    account   = accrue.var.account(),
    source    = accrue.var.source(),
    one       = accrue.var.money { default = "1", help = "one unit of the currency; leave it" },
  },
  check     = function(vars)
    if vars.points == 0 then error("points_variable needs points other than 0", 0) end
    if vars.unit == "base_points" then error("points_variable: unit base_points is not there yet", 0) end
    measure.check("points_variable", own[vars.unit] ~= nil, vars)
  end,
  effects   = function(event, vars)
    local amount = measure.of(event, vars.unit, vars)
    if not amount then return {} end
    local points = accrue.points_per(amount, vars.points, vars.per, {
      precision = vars.precision or (vars.unit == "spend" and 2 or 0),
      rounding  = vars.rounding,
      hurdle    = vars.hurdle or 0,
      account   = vars.account,
    })
    return movement(points, vars)
  end,
  examples  = {
    { vars = { points = 1, per = "1.00", account = "points", source = "promo" },
      sentence = "1 point per 1.00 of spend into points from promo" },
    { vars = { points = 1, per = "3", unit = "items", account = "points", source = "promo" },
      sentence = "1 point per 3 of items into points from promo" },
  },
}
