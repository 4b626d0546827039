return accrue.outcome {
  title     = "Trigger event {event}",
  variables = {
    event = accrue.var.event(),
    data  = accrue.var.text { optional = true, help = "the event's fields, a JSON object as a text" },
  },
  effects   = function(_, vars) return { accrue.effect.emit { event = vars.event, data = vars.data } } end,
  examples  = { { vars = { event = "member.update" }, sentence = "Trigger event member.update" } },
}
