package storage_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cenote-auth/cenote/auth/storage"
)

// A command-line tool keeps its session in the user's configuration folder.
func ExampleOpenFile() {
	folder, err := os.MkdirTemp("", "app") // a real tool: os.UserConfigDir
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)

	ctx := context.Background()
	file, err := storage.OpenFile(filepath.Join(folder, "app", "session.json"))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := file.Save(ctx, map[string]string{"CIP.client.LastAuthUser": "ada"}); err != nil {
		fmt.Println(err)
		return
	}
	texts, err := file.Load(ctx, "CIP.client.LastAuthUser")
	fmt.Println(texts["CIP.client.LastAuthUser"], err)
	// Output: ada <nil>
}

// Any store that gets, sets and removes one text will do.
func ExampleNewKeyValue() {
	texts := map[string]string{}
	kv := storage.NewKeyValue(
		func(_ context.Context, key string) (string, bool, error) {
			value, ok := texts[key]
			return value, ok, nil
		},
		func(_ context.Context, key, value string) error { texts[key] = value; return nil },
		func(_ context.Context, key string) error { delete(texts, key); return nil },
	)
	err := kv.Save(context.Background(), map[string]string{"CIP.client.LastAuthUser": "ada"})
	fmt.Println(texts, err)
	// Output: map[CIP.client.LastAuthUser:ada] <nil>
}
