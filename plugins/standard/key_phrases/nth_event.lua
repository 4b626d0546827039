-- True at that one event, however its time stands to the others; a number is never given twice (domain N7).
return accrue.key_phrase {
  title      = "This is number {count} of all {event} events",
  conditions = "sequence",
  variables  = {
    event = accrue.var.event { help = "`purchase` too" },
    count = accrue.var.integer { min = 1 },
  },
  aggregate  = "count",
  reaches    = "count",
  examples   = { { vars = { event = "purchase", count = 5 }, sentence = "This is number 5 of all purchase events" } },
}
