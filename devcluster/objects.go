package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

func s3UserCommand(open opener) *cobra.Command {
	var access, secret, role string
	user := &cobra.Command{
		Use:   "s3-user --access KEY --secret KEY",
		Short: "Make or change an account on the S3 server; it sees its own buckets only",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, record, err := running(open)
			if err != nil {
				return err
			}
			account := []string{"--access", access, "--secret", secret, "--role", role}
			out, err := s3Admin(cmd.Context(), *record, "create-user", account...)
			if err != nil && strings.Contains(out, "XAdminUserExists") {
				out, err = s3Admin(cmd.Context(), *record, "update-user", account...)
			}
			if err != nil {
				return fmt.Errorf("the S3 server refused the account %s: %s", access, out)
			}
			return nil
		},
	}
	user.Flags().StringVar(&access, "access", "", "access key ID of the account")
	user.Flags().StringVar(&secret, "secret", "", "secret access key of the account")
	user.Flags().StringVar(&role, "role", "user", "user (no new buckets), userplus (may make buckets) or admin (all buckets)")
	cobra.CheckErr(user.MarkFlagRequired("access"))
	cobra.CheckErr(user.MarkFlagRequired("secret"))
	return user
}

func s3BucketCommand(open opener) *cobra.Command {
	var owner string
	bucket := &cobra.Command{
		Use:   "s3-bucket NAME [--owner KEY]",
		Short: "Make a bucket that belongs to an account of the S3 server",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			_, record, err := running(open)
			if err != nil {
				return err
			}
			if owner == "" {
				owner = record.AccessKey
			}
			out, err := s3Admin(cmd.Context(), *record, "create-bucket", "--bucket", arguments[0], "--owner", owner)
			if err != nil && !strings.Contains(out, "BucketAlreadyOwnedByYou") {
				return fmt.Errorf("the S3 server refused the bucket %s: %s", arguments[0], out)
			}
			return nil
		},
	}
	bucket.Flags().StringVar(&owner, "owner", "", "access key ID of the owner's account (default: the server's root account)")
	return bucket
}

// s3Admin runs a command of the S3 server's own administration tool.
func s3Admin(ctx context.Context, record layout.Record, verb string, arguments ...string) (out string, err error) {
	admin := exec.CommandContext(ctx, filepath.Join(record.Binaries, "versitygw"), append([]string{"admin", verb}, arguments...)...)
	admin.Env = append(os.Environ(), "ADMIN_ENDPOINT_URL="+record.S3(), "ADMIN_REGION="+layout.S3Region,
		"ADMIN_ACCESS_KEY_ID="+record.AccessKey, "ADMIN_SECRET_ACCESS_KEY="+record.SecretKey)
	text, err := admin.CombinedOutput()
	return string(bytes.TrimSpace(text)), err
}

func s3PutCommand(open opener) *cobra.Command {
	return &cobra.Command{
		Use:     "s3-put FILE BUCKET/KEY",
		Short:   "Upload a file with the S3 server's root account",
		Example: "  devcluster s3-bucket hospital\n  devcluster s3-put tumours.csv hospital/2026/tumours.csv",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			_, record, err := running(open)
			if err != nil {
				return err
			}
			bucket, key, found := strings.Cut(strings.TrimPrefix(arguments[1], "s3://"), "/")
			if !found || bucket == "" || key == "" {
				return fmt.Errorf("%q: expected BUCKET/KEY", arguments[1])
			}
			file, err := os.Open(arguments[0])
			if err != nil {
				return err
			}
			defer file.Close()
			client := s3.New(s3.Options{
				BaseEndpoint: aws.String(record.S3()), Region: layout.S3Region, UsePathStyle: true,
				Credentials: credentials.NewStaticCredentialsProvider(record.AccessKey, record.SecretKey, ""),
			})
			_, err = client.PutObject(cmd.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: file})
			var refusal smithy.APIError
			switch {
			case errors.As(err, &refusal) && refusal.ErrorCode() == "NoSuchBucket":
				return fmt.Errorf("there is no bucket %s; make it with `devcluster s3-bucket %[1]s`", bucket)
			case errors.As(err, &refusal):
				return fmt.Errorf("the S3 server refused %s: %s", arguments[1], refusal.ErrorMessage())
			}
			return err
		},
	}
}
