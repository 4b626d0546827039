-- Miles by the kilometre, times what the level has for the season of the day: in peak seasons one percentage, outside them another.
local seasons = require "seasons"

return accrue.outcome {
  title = "{miles} miles per km, {peak} of them in peak seasons, {quiet} outside, into {account} from {source}",
  variables = {
    miles = accrue.var.decimal { scale = 6, min = "0.000001", help = "per kilometre, at 100 percent" },
    peak = accrue.var.percent { default = 100, min = 0 },
    quiet = accrue.var.percent { default = 100, min = 0 },
    account = accrue.var.account(),
    source = accrue.var.source(),
  },
  behaviors = { "purchase", "event" },
  effects = function(fact, vars)
    local km = accrue.number(fact, fact.type == "purchase" and "items.context.km" or "context.km", 6)
    local percent = seasons.peak(accrue.now()) and vars.peak or vars.quiet
    local rate = accrue.scale(vars.miles, percent, 10000, "down")
    if not km or rate == 0 then return {} end
    local miles = accrue.points_per(km, rate, 1000000, { precision = 1, account = vars.account })
    return { accrue.effect.award { account = vars.account, source = vars.source, points = miles } }
  end,
  examples = {
    { vars = { miles = "0.2", peak = 150, quiet = 50, account = "miles", source = "bonus" },
      sentence = "0.2 miles per km, 150% of them in peak seasons, 50% outside, into miles from bonus" },
  },
}
