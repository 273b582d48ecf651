package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// writesSince counts what the controller wrote in the API server's audit log. It waits until the job's pod was let go.
func writesSince(since time.Time, uid string) (int, error) {
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		count, finished, err := audit(since, uid)
		if finished || err != nil {
			return count, err
		}
		if time.Now().After(deadline) {
			return 0, fmt.Errorf("the pod of job %s was not let go within %s", uid, patience)
		}
	}
}

// event of the audit log.
type event struct {
	Stage, Verb              string
	RequestReceivedTimestamp time.Time
	User                     struct{ Username string }
	ObjectRef                struct{ Resource, Subresource, Name string }
	ResponseStatus           struct{ Code int }
}

// controllerWrites calls back for each write of the controller since a time, but for events and leases.
func controllerWrites(since time.Time, each func(event)) error {
	file, err := os.Open(os.Getenv("C2D_AUDIT_LOG"))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			continue // the line that is being written
		}
		if e.Stage != "ResponseComplete" || e.RequestReceivedTimestamp.Before(since) || e.User.Username != "system:serviceaccount:c2d-system:c2d-controller" {
			continue
		}
		if !slices.Contains([]string{"create", "update", "patch", "delete"}, e.Verb) ||
			slices.Contains([]string{"leases", "events", "tokenreviews", "subjectaccessreviews"}, e.ObjectRef.Resource) {
			continue
		}
		each(e)
	}
	return lines.Err()
}

func audit(since time.Time, uid string) (count int, finished bool, err error) {
	err = controllerWrites(since, func(e event) {
		count++
		if e.ObjectRef.Resource == "pods" && e.Verb == "patch" && strings.Contains(e.ObjectRef.Name, uid) {
			finished = true
		}
	})
	return count, finished, err
}

// created counts the pods that the controller created, by name, and the Secrets that it wrote.
func created(since time.Time) (pods map[string]int, secrets int, err error) {
	pods = map[string]int{}
	err = controllerWrites(since, func(e event) {
		switch {
		case e.ObjectRef.Resource == "pods" && e.Verb == "create" && e.ResponseStatus.Code < 300:
			pods[e.ObjectRef.Name]++
		case e.ObjectRef.Resource == "secrets" && e.ResponseStatus.Code == 201:
			secrets++
		}
	})
	return pods, secrets, err
}
