local compare = require "compare"

return accrue.key_phrase {
  title      = "Event {event} with {key} {operator} {value}",
  conditions = "event",
  variables  = {
    event    = accrue.var.event(),
    key      = accrue.var.text { help = "a field of the event or of its context" },
    operator = accrue.var.operator { of = "value", default = "=" },
    value    = accrue.var.text(),
    decimals = accrue.var.integer { default = 0, min = 0, max = 6, help = "of a field that is declared with some" },
  },
  test       = function(event, vars)
    return event.type == vars.event and compare(event.context[vars.key], vars)
  end,
  examples   = {
    { vars = { event = "member.join", key = "referral", operator = "=", value = "friend" },
      sentence = "Event member.join with referral exactly friend" },
  },
}
