-- Who this template is. A component here replaces the standard one of the same kind and name; `extends = false` starts from nothing.
return { name = "my-rules", version = "0.1.0", api = 1 }
