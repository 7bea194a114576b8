// Package storetest is the specification of store.Store: a backend is right
// when it passes Run, and a new promise is first a new subtest here.
//
// It also opens stores for the tests of other packages: Open where one backend
// is enough, Each where both have to show it.
package storetest
