package command

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func newRerun(s *session) *cobra.Command {
	var algorithm, trigger string
	var parameters []string
	var limits limits
	var waiting bool
	cmd := &cobra.Command{
		Use:   "rerun JOB",
		Short: "Run a job again, with the same or another algorithm",
		Long: `Run a job again: spec.trigger gets another value, and spec.suspend becomes false. A run that is under way is stopped and
recorded first. Results of earlier runs stay readable until access to them ends.`,
		Example: "  " + s.program + " rerun train -n lab --wait\n" +
			"  " + s.program + " rerun train -n lab --algorithm train-v2 --parameter epochs=40 --max-duration 1h",
		Args: func(cmd *cobra.Command, args []string) error {
			_, err := assignments(parameters)
			return firstOf(oneJob(cmd, args), err, limits.set(&v1alpha1.ComputeJobSpec{}))
		},
		ValidArgsFunction: s.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := s.connect()
			if err != nil {
				return err
			}
			job, err := c.job(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			before := job.DeepCopy()
			if trigger == "" {
				trigger = time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
			}
			if trigger == job.Spec.Trigger {
				return fmt.Errorf("the trigger of job %s is %q already: nothing would run; name another one, or none", job.Name, trigger)
			}
			job.Spec.Trigger, job.Spec.Suspend = trigger, false
			if algorithm != "" {
				job.Spec.Algorithm = v1alpha1.AlgorithmReference{Name: algorithm}
			}
			if err := limits.set(&job.Spec); err != nil {
				return err
			}
			values, _ := assignments(parameters)
			if len(values) > 0 {
				job.Spec.Parameters = maps.Clone(job.Spec.Parameters)
				if job.Spec.Parameters == nil {
					job.Spec.Parameters = map[string]v1alpha1.ParameterValue{}
				}
				maps.Copy(job.Spec.Parameters, values)
			}
			if err := s.change(cmd, c, job, before); err != nil {
				return fmt.Errorf("run job %s again: %w", job.Name, err)
			}
			fmt.Fprintf(s.Out, "%s is to run again, with trigger %q\n", job.Name, trigger)
			if !waiting {
				return nil
			}
			return s.awaitRun(cmd, c, job, trigger)
		},
	}
	cmd.Flags().StringVar(&algorithm, "algorithm", "", "another Algorithm beside the job")
	cmd.Flags().StringArrayVar(&parameters, "parameter", nil, "NAME=VALUE of a parameter of the algorithm; the others stay as they are")
	limits.add(cmd)
	cmd.Flags().StringVar(&trigger, "trigger", "", "value of the new trigger (default: the time)")
	cmd.Flags().BoolVar(&waiting, "wait", false, "wait until the run is over; the exit code says whether it succeeded")
	_ = cmd.RegisterFlagCompletionFunc("algorithm", s.completeAlgorithms)
	return cmd
}

// limits of a run that may be set anew.
type limits struct {
	duration          time.Duration
	cpu, memory, disk string
}

func (l *limits) add(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&l.duration, "max-duration", 0, "longest time that the algorithm may run, such as 30m")
	cmd.Flags().StringVar(&l.cpu, "cpu", "", "cores of the algorithm, such as 500m or 2")
	cmd.Flags().StringVar(&l.memory, "memory", "", "memory of the algorithm, such as 2Gi")
	cmd.Flags().StringVar(&l.disk, "disk", "", "disk for inputs, outputs and temporary files together, such as 4Gi")
}

// set those that were given.
func (l *limits) set(spec *v1alpha1.ComputeJobSpec) error {
	if l.duration != 0 {
		spec.MaxDuration = &metav1.Duration{Duration: l.duration}
	}
	for _, limit := range []struct {
		flag, text string
		field      **resource.Quantity
	}{
		{"cpu", l.cpu, &spec.Resources.CPU}, {"memory", l.memory, &spec.Resources.Memory}, {"disk", l.disk, &spec.Resources.Disk},
	} {
		if limit.text == "" {
			continue
		}
		quantity, err := resource.ParseQuantity(limit.text)
		if err != nil {
			return fmt.Errorf("--%s is %q, expected a quantity such as 500m or 2Gi", limit.flag, limit.text)
		}
		*limit.field = &quantity
	}
	return nil
}

// assignments as NAME=VALUE.
func assignments(texts []string) (map[string]v1alpha1.ParameterValue, error) {
	values := map[string]v1alpha1.ParameterValue{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--parameter is %q, expected NAME=VALUE", text)
		}
		values[name] = v1alpha1.ParameterValue(value)
	}
	return values, nil
}

// errRetriggered says that somebody else has asked for yet another run.
var errRetriggered = errors.New("somebody else has set another trigger: the run that was waited for is no longer the newest")

// awaitRun of a trigger.
func (s *session) awaitRun(cmd *cobra.Command, c *connection, job *v1alpha1.ComputeJob, trigger string) error {
	retriggered := false
	last, err := s.await(cmd.Context(), c, job, func(now *v1alpha1.ComputeJob) bool {
		if now.Spec.Trigger != trigger {
			retriggered = true
			return true
		}
		return now.Status.Trigger == trigger && now.Status.Run > 0 && now.Status.State.Terminal()
	})
	switch {
	case err != nil:
		return err
	case retriggered:
		return errRetriggered
	case !story.Succeeded(last):
		fmt.Fprintf(s.ErrOut, "run %d of %s did not succeed; %s why %s -n %s says why\n", last.Status.Run, last.Name, s.program, last.Name, last.Namespace)
		return errSaid
	default:
		return nil
	}
}
