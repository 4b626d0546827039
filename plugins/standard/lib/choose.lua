-- Include and exclude lists: in include, if there is one, and not in exclude (domain C2). What is absent is in no list (C3).
local choose = {}

function choose.check(name, vars)
  if not vars.include and not vars.exclude then error(name .. " needs include or exclude", 0) end
end

function choose.accepts(name, vars)
  if vars.include and not vars.include[name] then return false end
  return not (vars.exclude and vars.exclude[name])
end

-- By catalog entries: the more specific of the two lists decides, exclude when they are equal (domain C8).
function choose.item(item, vars)
  local included, excluded
  if vars.include then
    included = vars.include:depth(item)
    if not included then return false end
  end
  if vars.exclude then excluded = vars.exclude:depth(item) end
  if not excluded then return true end
  return included ~= nil and included > excluded
end

-- A purchase has the field itself; other events carry it in their context.
function choose.field(fact, name)
  if fact.type == "purchase" then return fact[name] end
  return fact.context[name]
end

return choose
