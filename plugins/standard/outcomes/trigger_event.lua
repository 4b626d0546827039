return accrue.outcome {
  title     = "Trigger event {event}[ for {to}][ after {after}]",
  variables = {
    event = accrue.var.event(),
    data  = accrue.var.text { optional = true, help = "the event's fields, a JSON object as a text" },
    after = accrue.var.duration { optional = true, help = "later by so much, such as \"30 days\"" },
    to    = accrue.var.link { optional = true, help = "for those whom this link of the member leads to" },
  },
  effects   = function(_, vars)
    return { accrue.effect.emit { event = vars.event, data = vars.data, after = vars.after, to = vars.to } }
  end,
  examples  = {
    { vars = { event = "member.update" }, sentence = "Trigger event member.update" },
    { vars = { event = "member.update", after = "30 days" }, sentence = "Trigger event member.update after 30 days" },
    { vars = { event = "member.update", to = "referrer" }, sentence = "Trigger event member.update for referrer" },
  },
}
