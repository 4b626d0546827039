-- sample: lua/accrue/end.lua
return {} -- expect: last_newline