// Package trigger calls the functions that a pool names in its LambdaConfig,
// through the Invoke API of AWS Lambda, and says what they answered.
//
//	event → POST {endpoint}/2015-03-31/functions/{function}/invocations → the event again, with its response filled in
//
// A function is a stranger: it may be slow, dead, wrong or endless. Each
// attempt has 5 seconds from the first byte to the last, only an attempt that
// got no whole answer, or none but a 429, is made again, at most 6 MB are read,
// and the event must come back whole, so that the answer to another one is never
// taken for it.
//
// A trigger that a pool does not have costs a look into a map. Each has a file:
// its event, and a reader that takes the response whole or not at all. Callers
// call outside of transactions; custom senders are called later, by Deliver.
// Nothing here logs what a function was told or what it answered. It may know
// pool, and the formats esdk and sigv4.
package trigger
