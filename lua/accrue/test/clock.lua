-- Times that specs move on: in UTC, months and years to the same day or the month's last.
local core = require "accrue.core"

local clock = {}

local SECOND <const> = 1000000
local steps <const> = { second = SECOND, minute = 60 * SECOND, hour = 3600 * SECOND, day = 86400 * SECOND, week = 7 * 86400 * SECOND }

local function days_in(year, month)
  local lengths = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
  local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  return month == 2 and leap and 29 or lengths[month]
end

local function months_later(time, count)
  local year, month, day, rest = string.match(core.time_text(time), "^(%d+)-(%d+)-(%d+)(.*)$")
  local months = math.tointeger(tonumber(year)) * 12 + math.tointeger(tonumber(month)) - 1 + count
  year, month = months // 12, months % 12 + 1
  day = math.min(math.tointeger(tonumber(day)), days_in(year, month))
  return core.time(string.format("%04d-%02d-%02d%s", year, month, day, rest))
end

function clock.later(time, duration)
  local count, unit = string.match(duration, "^(%d+) (%a-)s?$")
  count = math.tointeger(tonumber(count))
  if count and steps[unit] then return time + count * steps[unit] end
  if count and unit == "month" then return months_later(time, count) end
  if count and unit == "year" then return months_later(time, 12 * count) end
  error(tostring(duration) .. " is no duration such as \"3 days\"", 3)
end

return clock
