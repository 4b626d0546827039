local miles = require "miles"

return accrue.outcome {
  title = "Miles by distance band and cabin into {account} from {source}",
  variables = { account = accrue.var.account(), source = accrue.var.source() },
  events = "flight",
  effects = function(flight, vars)
    local earned = miles.of(flight.distance, flight.cabin)
    return { accrue.effect.award { account = vars.account, source = vars.source, points = earned } }
  end,
  examples = {
    { vars = { account = "miles", source = "flights" }, sentence = "Miles by distance band and cabin into miles from flights" },
  },
}
