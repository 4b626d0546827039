return accrue.key_phrase {
  title      = "This completes another {count} {event} events",
  conditions = "sequence",
  variables  = {
    event = accrue.var.event { help = "`purchase` too" },
    count = accrue.var.integer { min = 1 },
  },
  aggregate  = "count",
  every      = "count",
  examples   = { { vars = { event = "purchase", count = 10 }, sentence = "This completes another 10 purchase events" } },
}
