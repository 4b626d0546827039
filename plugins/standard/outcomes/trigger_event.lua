return accrue.outcome {
  title     = "Trigger event {event}[ after {after}]",
  variables = {
    event = accrue.var.event(),
    data  = accrue.var.text { optional = true, help = "the event's fields, a JSON object as a text" },
    after = accrue.var.duration { optional = true, help = "later by so much, such as \"30 days\"" },
  },
  effects   = function(_, vars)
    return { accrue.effect.emit { event = vars.event, data = vars.data, after = vars.after } }
  end,
  examples  = {
    { vars = { event = "member.update" }, sentence = "Trigger event member.update" },
    { vars = { event = "member.update", after = "30 days" }, sentence = "Trigger event member.update after 30 days" },
  },
}
