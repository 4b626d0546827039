-- What a component of a rules template sees (the closed library of the sandbox), and nothing more.
stds.accrue = {
  read_globals = {
    accrue = { other_fields = true },
    "assert", "error", "ipairs", "next", "pairs", "pcall", "print", "require", "select", "tonumber", "tostring", "type",
    math = { fields = { "abs", "ceil", "floor", "fmod", "huge", "maxinteger", "mininteger", "max", "min", "modf", "sqrt",
      "tointeger", "type", "ult", "pi", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "deg", "rad" } },
    string = { fields = { "byte", "char", "find", "format", "len", "lower", "rep", "reverse", "sub", "upper" } },
    table = { fields = { "concat", "insert", "move", "pack", "remove", "sort", "unpack" } },
    utf8 = { fields = { "char", "charpattern", "codepoint", "codes", "len", "offset" } },
  },
}

std = "lua54"
max_line_length = 140
cache = false
exclude_files = { "build/**", "tests/tidy/samples/**", "tests/golden/check/**" }

-- Components: files below the folders that a template may have.
for _, root in ipairs { "plugins/*", "plugins/*/spec/fixture/*", "examples/*", "examples/recipes/*", "tests/**", "lua/accrue/skeleton", "lua/accrue/workshop/kinds" } do
  for _, folder in ipairs { "condition_types", "key_phrases", "constraints", "outcomes", "events", "lib" } do
    files[root .. "/" .. folder .. "/*.lua"] = { std = "accrue", unused_args = false }
  end
end
files["**/spec/*_spec.lua"] = { std = "lua54+busted" }
files["tests/lua/**"] = { std = "lua54+busted" }
