/* Without -fopenmp it would be another program. */
int main(void)
{
	int n = 0;
#pragma omp parallel
	n++;
	return n != 1;
}
