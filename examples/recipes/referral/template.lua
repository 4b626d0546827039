-- A referral that pays both: who was brought, and over a link who brought them.
return { name = "referral", version = "1.0.0", api = 1 }
