package keyring

// Purpose names what a key is for. What was sealed for one purpose does not
// open for another.
type Purpose string

// The purposes. Their text goes into the derivation of the keys: a change
// makes what is in a database unreadable.
const (
	Password      Purpose = "password"       // SRP salts and verifiers
	Session       Purpose = "session"        // challenge sessions
	SigningKey    Purpose = "signing-key"    // private keys of pools
	ClientSecret  Purpose = "client-secret"  // secrets of app clients
	Message       Purpose = "message"        // mail and text messages
	Code          Purpose = "code"           // MACs of one-time codes
	Unknown       Purpose = "unknown"        // answers about users that do not exist
	Page          Purpose = "page"           // pagination tokens
	AccessKey     Purpose = "access-key"     // secrets of access keys
	Import        Purpose = "import"         // files of users, and where they are sent
	Conversation  Purpose = "conversation"   // what functions say in sign-ins by custom challenges
	Device        Purpose = "device"         // SRP salts and verifiers of devices
	SoftwareToken Purpose = "software-token" // seeds of one-time passwords
	Passkey       Purpose = "passkey"        // challenges of registrations
	Feedback      Purpose = "feedback"       // leave to say whose sign-in it was
	Setting       Purpose = "setting"        // details of identity providers, keys that sign for a pool elsewhere
)

var purposes = [...]Purpose{
	Password, Session, SigningKey, ClientSecret, Message, Code, Unknown, Page, AccessKey, Import, Conversation, Device, SoftwareToken,
	Passkey, Feedback, Setting,
}
