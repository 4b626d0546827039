-- When everybody flies: first and last days of the peak seasons, as month and day. One may reach into the next year.
local peaks = { { "06-15", "09-15" }, { "12-20", "01-06" } }

local seasons = {}

function seasons.peak(time)
  local day = string.sub(time:date(), 6)
  for _, season in ipairs(peaks) do
    local first, last = season[1], season[2]
    if first <= last and first <= day and day <= last then return true end
    if first > last and (first <= day or day <= last) then return true end
  end
  return false
end

return seasons
