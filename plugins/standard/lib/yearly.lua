-- Days that come round every year, given as texts such as "2020-02-29": 29 February as the program's settings.leap_day says, and
-- always from the original day (domain V9).
local yearly = {}

function yearly.year(day) return tonumber(string.sub(day, 1, 4)) end

-- Whole years from a day to now.
function yearly.years(day, now)
  local years = now.year - yearly.year(day)
  if accrue.anniversary(day, now.year) > now:date() then years = years - 1 end
  return years
end

-- Does the day come round in the day, week (from Monday) or month of now, its own year aside?
function yearly.falls(day, now, within)
  local first, last = now:start_of(within):date(), now:start_of(within, 1):date()
  for year = math.max(now.year - 1, yearly.year(day) + 1), now.year + 1 do
    local date = accrue.anniversary(day, year)
    if date >= first and date < last then return true end
  end
  return false
end

return yearly
