package web_test

import (
	"fmt"
	"html"
	"log"
	"net/http"
	"os"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/web"
)

// A web app where anybody sees the front page, and those who are signed in their
// orders.
func Example() {
	f, err := os.Open("amplify_outputs.json")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	cfg, err := auth.ReadConfig(f)
	if err != nil {
		log.Fatal(err)
	}
	client, err := auth.New(cfg, nil)
	if err != nil {
		log.Fatal(err)
	}
	site, err := web.New(web.Options{Client: client, Origin: "https://app.example.com"})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", site.Routes())
	mux.Handle("/", site.Optional(http.HandlerFunc(frontPage)))
	mux.Handle("/orders", site.Required(http.HandlerFunc(orders)))
	log.Print(http.ListenAndServe("127.0.0.1:8080", mux))
}

func frontPage(w http.ResponseWriter, r *http.Request) {
	user, ok := web.UserFrom(r.Context())
	if !ok {
		fmt.Fprint(w, `<a href="/auth/sign-in?return=/orders">Sign in</a>`)
		return
	}
	fmt.Fprintf(w, `Hello %s <form method="post" action="/auth/sign-out"><button>Sign out</button></form>`, html.EscapeString(user.Username))
}

func orders(w http.ResponseWriter, r *http.Request) {
	user, _ := web.UserFrom(r.Context())
	if !user.Access.InGroup("customers") {
		http.Error(w, "You have no orders here.", http.StatusForbidden)
		return
	}
	fmt.Fprintf(w, "The orders of %s", user.UserID)
}

// A sign-in form of the app's own, in place of the hosted pages. web.Options has
// SignInPath: "/login".
func ExampleClientFrom() {
	http.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) { // behind Site.Optional
		flow, err := web.ClientFrom(r.Context()).SignIn(r.Context(), auth.SignInInput{
			Username: r.PostFormValue("username"), Password: r.PostFormValue("password"),
		})
		switch {
		case err != nil:
			http.Error(w, "Wrong user name or password.", http.StatusUnauthorized)
		case !flow.Done():
			askForCode(w, flow) // flow.MarshalBinary carries it to the next request
		default:
			http.Redirect(w, r, "/", http.StatusSeeOther) // the cookies go with it
		}
	})
}

func askForCode(http.ResponseWriter, *auth.SignInFlow) {}
