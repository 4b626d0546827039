local compare = require "compare"
local written = require "written"

return accrue.key_phrase {
  title      = "Event {event} with {key} {operator} {value}",
  conditions = "event",
  variables  = {
    event    = accrue.var.event(),
    key      = accrue.var.text { help = "a field of the event or of its context" },
    operator = accrue.var.operator { of = "value", default = "=" },
    value    = accrue.var.text(),
  },
  test       = function(event, vars)
    return event.type == vars.event and compare(written(event, vars.key), vars)
  end,
  examples   = {
    { vars = { event = "member.join", key = "referral", operator = "=", value = "friend" },
      sentence = "Event member.join with referral exactly friend" },
  },
}
