-- sample: plugins/standard/lib/unfinished.lua
-- TODO later -- expect: unfinished
return {}
