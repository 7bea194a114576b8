package srp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"testing"
)

// testdata/vectors.json is what amazon-cognito-identity-js computed; see
// testdata/vectors.mjs.
type vectorFile struct {
	Vectors []struct {
		Name, Pool, User, Password, Salt, A, B, V, U, Key string
		SecretA                                           string `json:"a"`
		SecretB                                           string `json:"b"`
		SecretBlock, Timestamp, Signature                 string
	}
	Device struct{ GroupKey, Key, Password, Salt, V string }
}

func readVectors(tb testing.TB) (out vectorFile) {
	tb.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		tb.Fatal(err)
	}
	// encoding/json matches names without regard to case unless one matches
	// exactly; the pairs a, A and b, B are both named.
	if err := json.Unmarshal(data, &out); err != nil {
		tb.Fatal(err)
	}
	if len(out.Vectors) < 30 {
		tb.Fatalf("only %d vectors", len(out.Vectors))
	}
	return out
}

func unhex(tb testing.TB, digits string) []byte {
	tb.Helper()
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestServerAgainstTheJavaScriptLibrary(t *testing.T) {
	t.Parallel()
	for _, vec := range readVectors(t).Vectors {
		t.Run(vec.Name, func(t *testing.T) {
			v := Verifier(vec.Pool, vec.User, vec.Password, unhex(t, vec.Salt))
			if want := new(big.Int).SetBytes(unhex(t, vec.V)).FillBytes(make([]byte, Size)); !bytes.Equal(v, want) {
				t.Fatalf("v = %x, want %x", v, want)
			}
			a, err := ParseA(vec.A)
			if err != nil || a.Hex() != vec.A {
				t.Fatalf("A = %s, %v, want %s", a.Hex(), err, vec.A)
			}
			x := &Exchange{a: a.n, b: [32]byte(unhex(t, vec.SecretB))}
			verifier, err := parseVerifier(v)
			if err != nil {
				t.Fatal(err)
			}
			b := challenge(verifier, &x.b)
			if b.Hex() != vec.B {
				t.Fatalf("B = %s, want %s", b.Hex(), vec.B)
			}
			x.u = scramble(a.n.bytes(), b.n.bytes())
			if got, want := hex.EncodeToString(x.u[:]), hex.EncodeToString(pad32(unhex(t, vec.U))); got != want {
				t.Fatalf("u = %s, want %s", got, want)
			}
			key, err := x.Key(v)
			if err != nil || hex.EncodeToString(key[:]) != vec.Key {
				t.Fatalf("key = %x, %v, want %s", key, err, vec.Key)
			}
			checkSignature(t, key, vec.Pool, vec.User, vec.SecretBlock, vec.Timestamp, vec.Signature)
			if _, err := ParseTimestamp(vec.Timestamp); err != nil {
				t.Errorf("timestamp %q: %v", vec.Timestamp, err)
			}
		})
	}
}

func TestClientAgainstTheJavaScriptLibrary(t *testing.T) {
	t.Parallel()
	for _, vec := range readVectors(t).Vectors {
		t.Run(vec.Name, func(t *testing.T) {
			client := newClient(unhex(t, vec.SecretA))
			if client.A() != vec.A {
				t.Fatalf("A = %s, want %s", client.A(), vec.A)
			}
			key, err := client.Key(vec.Pool, vec.User, vec.Password, vec.Salt, vec.B)
			if err != nil || hex.EncodeToString(key[:]) != vec.Key {
				t.Fatalf("key = %x, %v, want %s", key, err, vec.Key)
			}
			checkSignature(t, key, vec.Pool, vec.User, vec.SecretBlock, vec.Timestamp, vec.Signature)
		})
	}
}

func TestDeviceVerifierAgainstTheJavaScriptLibrary(t *testing.T) {
	t.Parallel()
	d := readVectors(t).Device
	v := Verifier(d.GroupKey, d.Key, d.Password, unhex(t, d.Salt))
	if got := hex.EncodeToString(pad(v)); got != d.V {
		t.Errorf("v = %s, want %s", got, d.V)
	}
	got := newDevice(d.GroupKey, d.Key, d.Password, unhex(t, d.Salt))
	if hex.EncodeToString(got.Verifier) != d.V || !bytes.Equal(got.Salt, pad(unhex(t, d.Salt))) || got.Password != d.Password {
		t.Errorf("device = %x, salt %x, want %s, salt %s", got.Verifier, got.Salt, d.V, d.Salt)
	}
	if _, err := parseVerifier(unhex(t, d.V)); err != nil {
		t.Errorf("a device's own verifier, a zero byte before it: %v", err)
	}
}

func pad32(b []byte) []byte { return new(big.Int).SetBytes(b).FillBytes(make([]byte, 32)) }

func checkSignature(t *testing.T, key Key, pool, user, secretBlock, timestamp, want string) {
	t.Helper()
	block, err := base64.StdEncoding.DecodeString(secretBlock)
	if err != nil {
		t.Fatal(err)
	}
	if got := base64.StdEncoding.EncodeToString(Signature(key, pool, user, block, timestamp)); got != want {
		t.Errorf("signature = %s, want %s", got, want)
	}
}

// One exchange with every value on the way, where the server's b has 1024 bits.
func TestExchangeStepByStep(t *testing.T) {
	t.Parallel()
	const pool, user, password = "TestPool1", "4d1c2b3a-user", "P\u00e4ssw0rd!\u00e9"
	secretA := unhex(t, "7de9d1338eafff2961de657a0a8b1834d0aff037a0a43bad8104ec7e61bd292a4ee6d40e3b57397c130d8ef445a586685f877e2001a9bbc0af24a3758f924bcf181423b7925555d707903567727c987db5ffd6eff0066ba975e2025c9000be0a01ed74bd6f441b2d3bc8d55a94aab9ff87b3d1bd0fc2075c87931d8aadd14de6")
	secretB := unhex(t, "159a325d0c0d01647e272c8fbafe66769579437d15f623e98bfbde8c79900c12a9bcc7a6ab5640118a571403eebe7fa54d7e4712459dbf4d425e4560ef9b0385590a6e6f7fe3463ebd4e0b6c7e2e5680ace487a6cabdb009f019e29cb440a4634f5edb15ded7f45f77976be3180cfb899a5a063ce6ebe101f0df0b7551f3c355")
	salt := "fbc990059473448e6ebd442aa16bfaa0"
	hashed := func(what, text, want string) {
		t.Helper()
		if sum := sha256.Sum256([]byte(text)); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s = %s, whose hash is not %s", what, text, want)
		}
	}

	client := newClient(secretA)
	hashed("A", client.A(), "218ec7c9ee8c228b54eb06c94204b76c554057bdfa000f24b1b09f4d2e9c5412")
	x := passwordHash(pool, user, password, unhex(t, salt))
	if got := hex.EncodeToString(x[:]); got != "2e54bc148eeb8f02b4617d87e93ce970b52b48a2ecf2f567eb3941dad27a70d9" {
		t.Errorf("x = %s", got)
	}
	v, err := parseVerifier(Verifier(pool, user, password, unhex(t, salt)))
	if err != nil {
		t.Fatal(err)
	}
	var b, kv element
	two := elementOf(power2(Size*8 + 1))
	b.expSecret(&two, secretB)
	b.fromMontgomery(&b)
	kv.mul(&multiplier, v)
	b.add(&b, &kv)
	b.canonical()
	server := Public{b}
	hashed("B", server.Hex(), "272ce407adcf38ffb6e851e4c19af77f4fcc9a2681b2aeb65c3cf6e6a6769928")
	a, err := ParseA(client.A())
	if err != nil {
		t.Fatal(err)
	}
	u := scramble(a.n.bytes(), b.bytes())
	if got := hex.EncodeToString(u[:]); got != "79c6786d8d482510b073c1402c6abbed86695728a7c24a84f96f0ba576af2c28" {
		t.Errorf("u = %s", got)
	}
	s := premaster(&a.n, v, u[:], secretB)
	hashed("PAD(S)", hex.EncodeToString(pad(s.bytes())), "c6971278ee146eab8d4c24c0174d1014ca4a4b1dd57038cb8f71fb5fffd4c60d")

	const wantKey = "cc7815722ed504b215d68278658a55fa"
	key := sharedKey(s.bytes(), u)
	clientKey, err := client.Key(pool, user, password, salt, server.Hex())
	if err != nil || hex.EncodeToString(key[:]) != wantKey || clientKey != key {
		t.Errorf("keys = %x, %x, %v, want %s", key, clientKey, err, wantKey)
	}
	checkSignature(t, key, pool, user,
		"KicxgfLgvs6vbn809PT6Y5noqyftA6GUV5ZftHdwA91nDUArmrTSs+E/R4IYqFPlZF3h7ELzuu9QuV9fwRy2nw==",
		"Sat Nov 7 07:05:09 UTC 2026", "3dR50OLSgPXUG/lZh0+zOyeUN2y7azH9Qu+keRa5ne0=")
}
