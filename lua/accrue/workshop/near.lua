-- The nearest of some names: what a user may have meant.
local near = {}

local function distance(a, b)
  local above = {}
  for j = 0, #b do above[j] = j end
  for i = 1, #a do
    local row = { [0] = i }
    for j = 1, #b do
      local other = string.byte(a, i) == string.byte(b, j) and 0 or 1
      row[j] = math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + other)
    end
    above = row
  end
  return above[#b]
end

-- nil when none is near.
function near.of(name, names)
  local found, best = nil, math.max(#name // 3, 1) + 1
  table.sort(names)
  for _, other in ipairs(names) do
    local edits = distance(name, other)
    if edits < best then found, best = other, edits end
  end
  return found
end

return near
