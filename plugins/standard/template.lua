-- The standard rules template: what most programs need. A template extends it unless it says `extends = false`.
return { name = "standard", version = "0.1.0", api = 1, extends = false }
