// Package web signs people in to a web app whose pages are made by a Go server.
// The session lives in cookies that scripts cannot read, under Amplify's names;
// each request has its own auth.Client over them.
//
//	site, err := web.New(web.Options{Client: client, Origin: "https://app.example.com"})
//	...
//	mux.Handle("/auth/", site.Routes())              // sign-in, sign-out and their callbacks
//	mux.Handle("/", site.Optional(home))             // web.UserFrom(r.Context()) may say nobody
//	mux.Handle("/orders/", site.Required(orders))    // web.UserFrom(r.Context()) says who
//
// A request's tokens are verified against the pool's keys, with no call to the
// service; when they have expired, or will within a minute, they are refreshed,
// and the answer carries the new cookies. An API that is sent tokens in a header
// uses Bearer.
//
// # What keeps strangers out
//
// Cookies are HttpOnly, Secure where Origin is https, and SameSite=Lax or
// stricter. Requests that may change something (all but GET, HEAD and OPTIONS)
// are refused if another origin sends them; so are requests of any method to
// sign out. A callback must bring the state that a short-lived cookie of the same
// browser holds, and the code works only with that cookie's PKCE verifier. After
// signing in a person is only ever sent to a path of this app. No token is put in
// a URL, and answers that set cookies are not cached.
//
// What cookies cannot do: an app on a sibling subdomain that is hostile can set
// cookies for this one, and so sign a visitor in as somebody else. Keep such apps
// on another domain. Whoever steals cookies has the session until it is signed out;
// for a minute after a refresh the old cookies are as good as the new ones, unless
// the session is signed out. A connection that a handler hijacks, for a WebSocket,
// gets no new cookies: open it from a page that was just served.
//
// The package knows auth, userpool, verify and storage, and no framework.
package web
