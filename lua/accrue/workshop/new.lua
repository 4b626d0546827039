-- accrue new: a rules template out of the skeleton, or one more component with its spec.
local complaint = require "accrue.workshop.complaint"
local core = require "accrue.core"
local files = require "accrue.workshop.files"
local near = require "accrue.workshop.near"
local options = require "accrue.workshop.options"

local new = {}

new.help = [[
usage: accrue new DIR
       accrue new KIND NAME [--in DIR]

Makes the rules template DIR: one commented example of each kind of component, a program that uses them, a spec of each, and
settings for editors and linters. It loads, passes its specs and runs; what is not needed may be removed.

With a KIND, adds a component of that name and its spec to the template around the current directory, or to the one that --in names.
KIND is condition_type, key_phrase, constraint, outcome or event. Nothing that exists is written over.

example:
  accrue new fuel-club && cd fuel-club && accrue new key_phrase litres_of_diesel && accrue test .
]]

local folders <const> = {
  condition_type = "condition_types", key_phrase = "key_phrases", constraint = "constraints", outcome = "outcomes", event = "events",
}

local function kind_names()
  local names = {}
  for name in pairs(folders) do names[#names + 1] = name end
  table.sort(names)
  return names
end

-- A name in another file's text, whatever it holds.
local function replaced(text, old, name)
  return (string.gsub(text, string.gsub(old, "%-", "%%-"), (string.gsub(name, "%%", "%%%%"))))
end

local function skeleton(name)
  if not string.match(name, "^[%w][%w_-]*$") then
    complaint.raise("a template's name has letters, digits, - and _ alone; found '" .. name .. "'")
  end
  local from, made = core.share() .. "/lua/accrue/skeleton", {}
  for _, path in ipairs(files.below(from)) do
    local to = string.gsub(replaced(path, "my-rules", name), "^_", ".")
    made[#made + 1] = { path = to, text = replaced(files.read(from .. "/" .. path), "my-rules", name) }
  end
  if #made == 0 then complaint.raise(from .. ": the skeleton is not installed") end
  return made
end

local function make_template(dir)
  if core.kind(dir) and (core.kind(dir) ~= "directory" or #core.files(dir) > 0) then
    complaint.raise(dir .. " exists and is not empty; name a directory that is to be made")
  end
  for _, file in ipairs(skeleton((files.name(dir)))) do files.write(dir .. "/" .. file.path, file.text) end
  require("accrue.workshop.types").write(dir)
  require("accrue.workshop.schema").write(dir, "program")
  io.stdout:write(string.format("made %s; now: accrue check %s && accrue test %s\n", dir, dir, dir))
end

local function add(kind, name, dir)
  local pattern = kind == "event" and "^[a-z][a-z0-9_.]*$" or "^[a-z][a-z0-9_]*$"
  if not string.match(name, pattern) then
    complaint.raise("a component's name has small letters, digits and _ and begins with a letter; found '" .. name .. "'")
  end
  local from = core.share() .. "/lua/accrue/workshop/kinds/"
  local component = string.format("%s/%s.lua", folders[kind], name)
  local spec = string.format("spec/%s_spec.lua", (string.gsub(name, "%.", "_")))
  for _, path in ipairs { component, spec } do
    if core.kind(dir .. "/" .. path) then complaint.raise(dir .. "/" .. path .. " exists") end
  end
  files.write(dir .. "/" .. component, replaced(files.read(string.format("%s%s/my_name.lua", from, folders[kind])), "my_name", name))
  files.write(dir .. "/" .. spec, replaced(files.read(string.format("%sspec/%s_spec.lua", from, kind)), "my_name", name))
  io.stdout:write(string.format("made %s and %s; now: accrue test %s\n", component, spec, dir))
end

function new.run(words)
  local given, option = options("new", words, { ["--in"] = "text" }, 1, 2)
  if #given == 1 then
    if folders[given[1]] then complaint.raise("a name is missing: accrue new " .. given[1] .. " NAME") end
    make_template(given[1])
    return 0
  end
  if not folders[given[1]] then
    local nearest = near.of(given[1], kind_names())
    complaint.raise(string.format("no kind '%s'; %s", given[1],
      nearest and "did you mean " .. nearest .. "?" or "there are " .. table.concat(kind_names(), ", ")))
  end
  local dir = option["--in"] and files.template(option["--in"]) or files.template_above(".")
  if not dir then complaint.raise("there is no template.lua here or above; go into a template, or name one with --in DIR") end
  add(given[1], given[2], dir)
  return 0
end

return new
