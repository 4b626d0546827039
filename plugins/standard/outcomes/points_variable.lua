-- Units are cut to `precision`, multiplied by the rate, then rounded, once for the whole of what counts (domain P1 to P6).
local measure = require "measure"

-- Decimals of the units unless `precision` says: cents of money, whole items, base points as they are.
local precisions = { spend = 2, base_points = 6 }

-- What accrue.points_per gave, as an effect; nothing when there is nothing to give.
local function movement(points, vars)
  if vars.max and points > vars.max then points = vars.max end
  if vars.max and points < -vars.max then points = -vars.max end
  if points == 0 then return {} end
  if points < 0 then return { accrue.effect.deduct { account = vars.account, points = -points } } end
  return { accrue.effect.award { account = vars.account, source = vars.source, points = points, expires = vars.expires } }
end

-- What base earning gave for this purchase, in millionths of a point.
local function base_points(event, vars)
  if event.type ~= "purchase" then return nil end
  return accrue.number(event, "base_points." .. (vars.base_account or vars.account), measure.scale)
end

return accrue.outcome {
  title     = "{points|point|points} per {per} of {unit}[ from {hurdle} on][ up to {max}] into {account} from {source}",
  variables = {
    points       = accrue.var.decimal { scale = 6, help = "negative deducts" },
    per          = accrue.var.decimal { scale = 6, min = "0.000001" },
    unit         = accrue.var.text { default = "spend",
                                     help = "spend, items, base_points, or a context field: of the lines that count, else of the event" },
    base_account = accrue.var.account { optional = true, help = "whose base points the unit base_points means; default: account" },
    hurdle       = accrue.var.decimal { scale = 6, optional = true, min = "0", help = "below it nothing, from it on the whole" },
    precision    = accrue.var.integer { optional = true, min = 0, max = 6,
                                        help = "decimals of the units; default 2 for spend, all for base_points, else 0" },
    rounding     = accrue.var.choice { of = { "down", "half_up", "up" }, default = "down" },
    max          = accrue.var.points { optional = true, min = 1, help = "at most so many, or so many less" },
    account      = accrue.var.account(),
    source       = accrue.var.source(),
    expires      = accrue.var.duration { optional = true, help = "of these points; default: as the account says" },
  },
  check     = function(vars)
    if vars.points == 0 then error("points_variable needs points other than 0", 0) end
    if vars.base_account and vars.unit ~= "base_points" then error("points_variable: base_account goes with unit base_points", 0) end
    if vars.expires and vars.points < 0 then error("points_variable: points that are deducted have no expires", 0) end
  end,
  effects   = function(event, vars)
    local amount
    if vars.unit == "base_points" then amount = base_points(event, vars) else amount = measure.of(event, vars.unit) end
    if not amount then return {} end
    local points = accrue.points_per(amount, vars.points, vars.per, {
      precision = vars.precision or precisions[vars.unit] or 0,
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
    { vars = { points = 1, per = "1", unit = "base_points", account = "points", source = "promo" },
      sentence = "1 point per 1 of base_points into points from promo" },
  },
}
