package pool

// How many of a thing there may be: the numbers that the service starts with.
// Those which the model has as the length of a list are checked with it, and
// those of a file of users stand in import.go. How many users a pool has is
// not limited. Source: the service's quotas.
const (
	MaxPools         = 1000 // of all regions
	MaxCustomDomains = 4    // of all pools

	// Of a pool.
	MaxClients          = 1000
	MaxGroups           = 10_000
	MaxProviders        = 300
	MaxResourceServers  = 25
	MaxImports          = 1000 // whatever became of them
	MaxBrandings        = 20
	MaxTerms            = 40
	maxCustomAttributes = 50 // those for developers only among them
	maxTags             = 50
	maxNetworks         = 200 // in each list of RiskExceptions

	// Of a user.
	MaxGroupsOfUser = 100
	MaxLinks        = 5

	MaxClientSecrets = 2  // of a client at a time
	maxAssets        = 40 // of a branding
)
