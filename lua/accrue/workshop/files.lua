-- Files and directories.
local complaint = require "accrue.workshop.complaint"
local core = require "accrue.core"

local files = {}

function files.read(path)
  local file, problem = io.open(path, "r")
  if not file then complaint.raise(problem) end
  local text = file:read("a")
  file:close()
  return text or complaint.raise(path .. " is no file")
end

-- Makes the directories above a path.
function files.make_above(path)
  local at = 2
  while true do
    at = string.find(path, "/", at, true)
    if not at then return end
    local dir = string.sub(path, 1, at - 1)
    if not core.kind(dir) then core.make(dir) end
    at = at + 1
  end
end

function files.write(path, text)
  files.make_above(path)
  local file, problem = io.open(path, "w")
  if not file then complaint.raise(problem) end
  if not file:write(text) or not file:close() then complaint.raise(path .. ": could not be written") end
end

-- Every file below a directory, by its path in it, sorted.
function files.below(dir, prefix, found)
  found, prefix = found or {}, prefix or ""
  for _, name in ipairs(core.files(dir) or {}) do
    local path = dir .. "/" .. name
    if core.kind(path) == "directory" then
      files.below(path, prefix .. name .. "/", found)
    else
      found[#found + 1] = prefix .. name
    end
  end
  return found
end

-- The last name of a path, and what stands before it.
function files.name(path)
  path = string.gsub(path, "/+$", "")
  return string.match(path, "([^/]*)$"), string.match(path, "^(.*)/[^/]*$") or "."
end

-- The template that a path is in: its directory, or nil.
function files.template_above(path)
  local dir = core.path(path)
  while dir and dir ~= "" do
    if core.kind(dir .. "/template.lua") == "file" then return dir end
    dir = string.match(dir, "^(.*)/[^/]*$")
  end
end

-- A directory that a user names as a template.
function files.template(dir)
  if core.kind(dir) ~= "directory" then complaint.raise(dir .. ": there is no such directory") end
  if core.kind(dir .. "/template.lua") ~= "file" then
    complaint.raise(dir .. " is no rules template: it has no template.lua; accrue new " .. dir .. " makes one")
  end
  return dir
end

return files
