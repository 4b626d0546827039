return accrue.key_phrase {
  title      = "Event is {event}",
  conditions = "event",
  variables  = { event = accrue.var.event { help = "a custom event type, or one that the core knows or raises" } },
  test       = function(event, vars) return event.type == vars.event end,
  examples   = { { vars = { event = "member.join" }, sentence = "Event is member.join" } },
}
