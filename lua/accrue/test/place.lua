-- Where things are: the template that a spec belongs to, the standard template.
local core = require "accrue.core"

local place = {}

local function readable(path)
  local file = io.open(path, "r")
  if file then file:close() end
  return file ~= nil
end

local function parent(path) return string.match(path, "^(.*)/[^/]*$") end

local function above(path)
  while path do
    path = parent(path)
    if path and readable(path .. "/template.lua") then return path end
  end
end

-- The nearest directory with a template.lua above the file of the function at `level`, or of one that called it; nil when there
-- is none.
function place.template(level)
  while true do
    level = level + 1
    local caller = debug.getinfo(level, "S")
    if not caller then return nil end
    local found = string.sub(caller.source, 1, 1) == "@" and above(core.path(string.sub(caller.source, 2)))
    if found then return found end
  end
end

-- The template of a program's file: DIR of DIR/programs/NAME.json.
function place.of_program(path)
  local dir = parent(path)
  return dir and parent(dir)
end

-- A file that a spec names: below its template's directory, else where the runner stands.
function place.file(path, dir)
  local below = dir and string.sub(path, 1, 1) ~= "/" and dir .. "/" .. path
  return below and readable(below) and below or path
end

function place.standard()
  return core.share() .. "/plugins/standard"
end

return place
