-- What the lines of a receipt say about roasts.
local roasts = {}

-- The number of different roasts among the lines.
function roasts.count(items)
  local seen, count = {}, 0
  for _, item in ipairs(items) do
    local roast = item.context.roast
    if roast and not seen[roast] then
      seen[roast] = true
      count = count + 1
    end
  end
  return count
end

return roasts
