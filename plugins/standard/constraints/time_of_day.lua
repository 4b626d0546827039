-- Slots of the day where it happened (domain C13): the start is in, the end is out, and a slot whose end comes before its start
-- goes on past midnight.
local function minutes(slot, at)
  return tonumber(string.sub(slot, at, at + 1)) * 60 + tonumber(string.sub(slot, at + 3, at + 4))
end

return accrue.constraint {
  title      = "during {slots}",
  conditions = { "purchase", "past_purchases", "event", "past_events", "points", "past_points", "sequence" },
  variables  = { slots = accrue.var.slots { help = "such as 14:00-17:00 or 22:00-02:00; the end is not in" } },
  accepts    = function(fact, vars)
    local time = fact.local_time
    local now = time.hour * 60 + time.minute
    for _, slot in ipairs(vars.slots) do
      local from, to = minutes(slot, 1), minutes(slot, 7)
      if from < to and from <= now and now < to then return true end
      if from > to and (from <= now or now < to) then return true end
    end
    return false
  end,
  examples   = { { vars = { slots = { "14:00-17:00", "22:00-02:00" } }, sentence = "during 14:00-17:00, 22:00-02:00" } },
}
